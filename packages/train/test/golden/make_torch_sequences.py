"""What PyTorch's optimisers, schedules, clipping and layers do in float64.

Run:    python3 make_torch_sequences.py     (PyTorch 1.13; writes torch-sequences.json beside itself)
Method: gradients are given numbers, the same at every step for every optimiser, so that a sequence depends on the rule alone.
"""

import json
from pathlib import Path

import torch

torch.set_default_dtype(torch.float64)
STEPS = 12

OPTIMIZERS = [
    ({"kind": "sgd", "learningRate": 0.1}, torch.optim.SGD, {"lr": 0.1}),
    ({"kind": "sgd", "learningRate": 0.1, "weightDecay": 0.2}, torch.optim.SGD, {"lr": 0.1, "weight_decay": 0.2}),
    ({"kind": "sgd", "learningRate": 0.1, "momentum": 0.9}, torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    (
        {"kind": "sgd", "learningRate": 0.1, "momentum": 0.9, "dampening": 0.3, "weightDecay": 0.2},
        torch.optim.SGD,
        {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.2},
    ),
    (
        {"kind": "sgd", "learningRate": 0.1, "momentum": 0.8, "nesterov": True, "weightDecay": 0.1},
        torch.optim.SGD,
        {"lr": 0.1, "momentum": 0.8, "nesterov": True, "weight_decay": 0.1},
    ),
    ({"kind": "adam"}, torch.optim.Adam, {}),
    (
        {"kind": "adam", "learningRate": 0.05, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "weightDecay": 0.1},
        torch.optim.Adam,
        {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1},
    ),
    (
        {"kind": "adam", "learningRate": 0.05, "beta2": 0.5, "amsgrad": True},
        torch.optim.Adam,
        {"lr": 0.05, "betas": (0.9, 0.5), "amsgrad": True},
    ),
    ({"kind": "adamw", "learningRate": 0.05}, torch.optim.AdamW, {"lr": 0.05}),
    (
        {"kind": "adamw", "learningRate": 0.05, "beta2": 0.5, "weightDecay": 0.3, "amsgrad": True},
        torch.optim.AdamW,
        {"lr": 0.05, "betas": (0.9, 0.5), "weight_decay": 0.3, "amsgrad": True},
    ),
]

SCHEDULES = [
    ({"kind": "step", "every": 3, "factor": 0.5}, lambda o: torch.optim.lr_scheduler.StepLR(o, 3, 0.5)),
    (
        {"kind": "cosine", "steps": STEPS, "floor": 0.25},
        # eta_min is an absolute rate; the base rate is 1.
        lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, STEPS, eta_min=0.25),
    ),
    (
        {"kind": "constant", "warmUp": 5},
        lambda o: torch.optim.lr_scheduler.LinearLR(o, start_factor=1 / 5, end_factor=1, total_iters=4),
    ),
]


def sequence(make, options, start, gradients):
    parameters = [tensor.clone().requires_grad_() for tensor in start]
    optimizer = make(parameters, **options)
    path = []
    for step in gradients:
        for parameter, gradient in zip(parameters, step):
            parameter.grad = gradient.clone()
        optimizer.step()
        path.append([parameter.detach().tolist() for parameter in parameters])
    return path


def factors(make):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1)
    scheduler = make(optimizer)
    seen = []
    for _ in range(STEPS):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return seen


def clipped(gradients, largest, clip):
    parameters = [torch.zeros_like(g).requires_grad_() for g in gradients]
    for parameter, gradient in zip(parameters, gradients):
        parameter.grad = gradient.clone()
    clip(parameters, largest)
    return [parameter.grad.tolist() for parameter in parameters]


def perceptron(activation, x):
    layers = [torch.nn.Linear(3, 4), torch.nn.Linear(4, 2)]
    z = torch.nn.functional.normalize(layers[1](activation(layers[0](x))), dim=1)
    (z * torch.arange(1, z.numel() + 1).reshape(z.shape)).sum().backward()
    names = ["layer1.weight", "layer1.bias", "layer2.weight", "layer2.bias"]
    tensors = [layers[0].weight, layers[0].bias, layers[1].weight, layers[1].bias]
    return {
        "parameters": {name: t.detach().tolist() for name, t in zip(names, tensors)},
        "output": z.detach().tolist(),
        "gradients": {name: t.grad.tolist() for name, t in zip(names, tensors)},
    }


torch.manual_seed(20)
start = [torch.randn(2, 3), torch.randn(3)]
gradients = [[torch.randn(2, 3) / (1 + k), torch.randn(3)] for k in range(STEPS)]
x = torch.randn(5, 3)
activations = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "gelu": lambda h: torch.nn.functional.gelu(h, approximate="tanh"),
}
golden = {
    "made": f"PyTorch {torch.__version__}, seed 20",
    "start": [tensor.tolist() for tensor in start],
    "gradients": [[g.tolist() for g in step] for step in gradients],
    "optimizers": [
        {"options": ours, "path": sequence(make, theirs, start, gradients)} for ours, make, theirs in OPTIMIZERS
    ],
    "schedules": [{"schedule": ours, "factors": factors(make)} for ours, make in SCHEDULES],
    "clipping": [
        {"clip": {"kind": "norm", "largest": 0.7}, "gradients": clipped(gradients[0], 0.7, torch.nn.utils.clip_grad_norm_)},
        {"clip": {"kind": "norm", "largest": 70}, "gradients": clipped(gradients[0], 70, torch.nn.utils.clip_grad_norm_)},
        {"clip": {"kind": "value", "largest": 0.7}, "gradients": clipped(gradients[0], 0.7, torch.nn.utils.clip_grad_value_)},
    ],
    "perceptrons": [{"activation": name, **perceptron(f, x)} for name, f in activations.items()],
    "inputs": x.tolist(),
}
Path(__file__).with_name("torch-sequences.json").write_text(json.dumps(golden) + "\n")
