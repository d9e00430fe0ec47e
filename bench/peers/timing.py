"""Runs the case that the command line names, and prints the seconds of each repeat after one that is not counted."""
import json
import sys
import time


def report(cases, share_finite):
    """cases: functions by name; share_finite: of a result, the share of its numbers that are finite."""
    case, repeats = cases[sys.argv[1]], int(sys.argv[2])
    result = case()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = case()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds, "finite": float(share_finite(result))}))
