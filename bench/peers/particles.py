"""What a straightforward PyTorch program does for particles on the sphere in their own kernel density.

Needs Debian's python3-torch. Usage: python3 particles.py CASE REPEATS; prints one JSON line with the seconds of each repeat, after one repeat
that is not counted.
CASES  steps: 20 steps of the free-energy flow of 768 particles in two wells on S2: geodesic kernel density, autodiff, Adam, noise
"""
import math

import torch
import torch.nn.functional as F

from timing import report

torch.set_num_threads(2)
torch.manual_seed(0)
WELLS = F.normalize(torch.tensor([[0.0, 0.0, 1.0], [0.85, 0.15, -0.5]]), dim=1)
TAU, KAPPA, BANDWIDTH, NOISE = 0.5, 12.0, 0.35, 0.06
V = torch.randn(768, 3, requires_grad=True)
OPTIMIZER = torch.optim.Adam([V], lr=0.05)


def steps(count=20):
    for _ in range(count):
        z = F.normalize(V, dim=1)
        angle = torch.acos((z @ z.T).clamp(-1 + 1e-6, 1 - 1e-6))
        density = torch.exp(-(angle**2) / (2 * BANDWIDTH**2)).mean(dim=1)
        potential = -torch.logsumexp(KAPPA * z @ WELLS.T + math.log(0.5), dim=1) / KAPPA
        loss = potential.mean() / TAU + (density + 1e-12).log().mean()
        OPTIMIZER.zero_grad()
        loss.backward()
        OPTIMIZER.step()
        with torch.no_grad():
            V.add_(NOISE * torch.randn_like(V))
    return V.detach()


report({"steps": steps}, lambda result: torch.isfinite(result).double().mean())
