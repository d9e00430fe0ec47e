// Critics: the similarity s(z, w) whose exponential e^{s/τ} is the kernel of a contrastive loss.

/** `cosine`: ⟨z, w⟩ (the cosine when rows are of unit length). `rbf`: −scale·‖z − w‖², scale > 0. */
export type Critic = { readonly kind: "cosine" } | { readonly kind: "rbf"; readonly scale: number };
