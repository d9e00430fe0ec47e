"""Two linear encoders of the circle, trained as a straightforward PyTorch program does."""
import math

import torch
from torch.nn.functional import cross_entropy, normalize


def circle_training(noise, batch=256, temperature=0.07):
    """A function that takes so many steps of Adam on fresh pairs, and returns the weights."""
    first = torch.nn.Linear(2, 2, bias=False)
    second = torch.nn.Linear(2, 2, bias=False)
    optimizer = torch.optim.Adam([*first.parameters(), *second.parameters()], lr=5e-3)
    targets = torch.arange(batch)

    def on_circle(angles):
        points = torch.stack((torch.cos(angles), torch.sin(angles)), dim=1)
        return points + noise * torch.randn(len(angles), 2) if noise > 0 else points

    def take(steps):
        for _ in range(steps):
            angles = 2 * math.pi * torch.rand(batch)
            x, y = on_circle(angles), on_circle(angles + 0.3 * torch.randn(batch))
            logits = normalize(first(x), dim=1) @ normalize(second(y), dim=1).T / temperature
            loss = (cross_entropy(logits, targets) + cross_entropy(logits.T, targets)) / 2
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return torch.cat((first.weight, second.weight)).detach()

    return take
