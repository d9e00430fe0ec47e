"""What straightforward PyTorch programs take for one unit of the experiments E1, E2 and E3.

Needs Debian's python3-torch. Usage: python3 experiments.py CASE REPEATS; prints one JSON line with the seconds of each repeat,
after one repeat that is not counted.
CASES  e1: one seed of E1 with the cosine critic: linear encoder 64 -> 128, 64 anchors, temperature 0.1. Gradients at nine numbers of negatives
           and at 4096 with the positive in the denominator; the same without it, with two references, and the losses at the nine
       e2: 40 steps of 768 particles on the sphere: potential, geodesic kernel density, backward, Adam, noise; both ends recorded with a
           von Mises-Fisher kernel density
       e3: 200 steps of two 2 x 2 encoders, batch 256, symmetric InfoNCE, temperature 0.07, Adam
"""
import math

import torch
from torch.nn.functional import cross_entropy, normalize, softplus

from circle import circle_training
from timing import report

torch.manual_seed(2)
SIZES = (4, 8, 16, 32, 64, 128, 256, 512, 1024)
REFERENCE = 4096


def mixture(count, means):
    return means[torch.randint(len(means), (count,))] + torch.randn(count, means.shape[1])


def e1():
    means, other = (4 * normalize(torch.randn(4, 64), dim=1) for _ in range(2))
    weight = (torch.randn(128, 64) / 8).requires_grad_()
    anchors = mixture(64, means)
    positives = anchors + 0.05 * torch.randn_like(anchors)
    nested, pool = mixture(REFERENCE, other), mixture(max(SIZES), means)
    references = [mixture(REFERENCE, means) for _ in range(2)]

    def logits(negatives):
        z, v, w = (normalize(rows @ weight.T, dim=1) for rows in (anchors, positives, negatives))
        return (z * v).sum(dim=1, keepdim=True) / 0.1, z @ w.T / 0.1

    def gradient(negatives, include_positive):
        positive, rest = logits(negatives)
        if include_positive:
            loss = cross_entropy(torch.cat((positive, rest), dim=1), torch.zeros(64, dtype=torch.long))
        else:
            loss = (torch.logsumexp(rest, dim=1) - positive[:, 0]).mean()
        return torch.autograd.grad(loss, weight)[0].flatten()

    @torch.no_grad()
    def measures(negatives):
        positive, rest = logits(negatives)
        total, double = torch.logsumexp(rest, dim=1), torch.logsumexp(2 * rest, dim=1)
        odds = total - positive[:, 0]
        return torch.stack((softplus(odds).mean(), odds.mean(), torch.sigmoid(-odds).mean(), torch.exp(2 * total - double).mean()))

    reference = gradient(nested, True)
    first, second = (gradient(rows, False) for rows in references)
    results = []
    for size in SIZES:
        a, b = gradient(nested[:size], True), gradient(pool[:size], False)
        cosines = torch.stack((torch.cosine_similarity(a, reference, dim=0), torch.cosine_similarity(b, first, dim=0)))
        errors = torch.stack(((a - reference).norm() / reference.norm(), (b - first) @ (b - second) / (first @ second)))
        results.append(torch.cat((cosines, errors, measures(pool[:size]))))
    return torch.stack(results)


WELLS = normalize(torch.tensor([[0.0, 0.0, 1.0], [0.85, 0.15, -0.5]]), dim=1)
free = torch.randn(768, 3, requires_grad=True)
free_optimizer = torch.optim.Adam([free], lr=0.05)


@torch.no_grad()
def divergence(points, potential):
    """Of the particles from the Gibbs law up to its constant, by a kernel density of concentration 25."""
    density = torch.exp(25 * (points @ points.T - 1)).mean(dim=1)
    return potential.mean() / 0.5 + density.log().mean()


def e2():
    records = []
    for step in range(40):
        points = normalize(free, dim=1)
        angles = torch.acos((points @ points.T).clamp(-1 + 1e-6, 1 - 1e-6))
        density = torch.exp(-angles.square() / (2 * 0.35**2)).mean(dim=1)
        potential = -(torch.logsumexp(12 * points @ WELLS.T, dim=1) - math.log(2)) / 12
        energy = potential.mean() / 0.5 + (density + 1e-12).log().mean()
        free_optimizer.zero_grad()
        energy.backward()
        free_optimizer.step()
        if step in (0, 39):
            records.append(divergence(points, potential))
        with torch.no_grad():
            free.add_(0.06 * torch.randn_like(free))
    return torch.stack(records)


take = circle_training(noise=0.02)


def e3():
    return take(200)


report({"e1": e1, "e2": e2, "e3": e3}, lambda result: torch.isfinite(result).double().mean())
