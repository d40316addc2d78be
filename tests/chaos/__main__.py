"""Kills workers or brokers under load, and compares what was told with the replay of the same mentions.

    make chaos                        ten workers are killed
    make chaos KILLS=100              the long form
    make chaos VICTIMS=nodes KILLS=5  each of three brokers that matter, five times
    make chaos VICTIMS=hang           one broker hangs for two minutes

Prints one JSON line: `missing` and `extra` are crisis events, `misplaced` are brands with events in another order
(`data` without `inputs`, readers of committed records). Status 1 where there are any.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from stream.cli.progress import Progress
from tests.broker import running_broker, running_cluster
from tests.chaos import hang, nodes, workers


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--victims", choices=("workers", "nodes", "hang"), default="workers")
    parser.add_argument("--kills", type=int, default=10, help="of workers, or of each kind of broker")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="where the logs of the workers stay (default: nowhere)")
    options = parser.parse_args()
    bar = Progress("chaos")

    def progress(count: int) -> None:
        bar.count(count, "kills")

    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        if options.victims == "nodes":
            with running_cluster(3) as cluster:
                found = nodes.run(cluster, folder, kills=options.kills, seed=options.seed, progress=progress)
        elif options.victims == "hang":
            with running_cluster() as cluster:
                found = hang.run(cluster, folder, seed=options.seed, progress=progress)
        else:
            with running_broker() as bootstrap:
                found = workers.run(
                    bootstrap,
                    folder,
                    kills=options.kills,
                    workers=options.workers,
                    seed=options.seed,
                    progress=progress,
                )
    bar.close()
    print(json.dumps(found))
    return int(any(found[what] for what in ("missing", "extra", "misplaced")))


if __name__ == "__main__":
    sys.exit(main())
