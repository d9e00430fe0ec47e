"""What a straightforward PyTorch program does to train two linear encoders on the circle.

Needs Debian's python3-torch. Usage: python3 two_encoder.py CASE REPEATS; prints one JSON line with the seconds of each repeat,
after one repeat that is not counted.
CASES  steps: 100 steps of Adam on two 2 x 2 encoders, batch 256, symmetric InfoNCE of normalised outputs at temperature 0.07
"""
import json
import math
import sys
import time

import torch
from torch.nn.functional import cross_entropy, normalize

torch.manual_seed(1)
BATCH, STEPS, TEMPERATURE = 256, 100, 0.07
first = torch.nn.Linear(2, 2, bias=False)
second = torch.nn.Linear(2, 2, bias=False)
optimizer = torch.optim.Adam([*first.parameters(), *second.parameters()], lr=5e-3)
targets = torch.arange(BATCH)


def on_circle(angles):
    return torch.stack((torch.cos(angles), torch.sin(angles)), dim=1)


def steps():
    for _ in range(STEPS):
        angles = 2 * math.pi * torch.rand(BATCH)
        images, texts = on_circle(angles), on_circle(angles + 0.3 * torch.randn(BATCH))
        logits = normalize(first(images), dim=1) @ normalize(second(texts), dim=1).T / TEMPERATURE
        loss = (cross_entropy(logits, targets) + cross_entropy(logits.T, targets)) / 2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return torch.cat((first.weight, second.weight)).detach()


case, repeats = globals()[sys.argv[1]], int(sys.argv[2])
result = case()
seconds = []
for _ in range(repeats):
    start = time.perf_counter()
    result = case()
    seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": seconds, "finite": float(torch.isfinite(result).double().mean())}))
