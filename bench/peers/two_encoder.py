"""What a straightforward PyTorch program does to train two linear encoders on the circle.

Needs Debian's python3-torch. Usage: python3 two_encoder.py CASE REPEATS; prints one JSON line with the seconds of each repeat,
after one repeat that is not counted.
CASES  steps: 100 steps of Adam on two 2 x 2 encoders, batch 256, symmetric InfoNCE of normalised outputs at temperature 0.07
"""
import torch

from circle import circle_training
from timing import report

torch.manual_seed(1)
take = circle_training(noise=0)
report({"steps": lambda: take(100)}, lambda result: torch.isfinite(result).double().mean())
