// Critics: the similarity s(z, w) whose exponential e^{s/τ} is the kernel of a contrastive loss.

/** `cosine`: ⟨z, w⟩ (the cosine when rows are of unit length). `rbf`: −scale·‖z − w‖², scale > 0. */
export type Critic = { readonly kind: "cosine" } | { readonly kind: "rbf"; readonly scale: number };

/**
 * Which population stands in the denominator of a contrastive loss of two modalities, and so which functional it becomes in
 * the large-batch limit. `cross`: the other modality (CLIP), −½ΣH − D_S. `own`: each modality itself, −½ΣH. `pooled`: both,
 * with weight ½ each, −H(½ρ₁ + ½ρ₂). `reference`: a fixed third population, linear.
 */
export type DenominatorKind = "cross" | "own" | "pooled" | "reference";
