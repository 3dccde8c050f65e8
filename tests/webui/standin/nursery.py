"""Starts programs as forks of a process that has already imported what takes most of their start, such as gradio.

Run as a file, like the stand-in, with the number of a socket and the names of the modules to import. Each line that it
receives requests one host: the program and its arguments (a file, or -m and a module), its environment, and three open
files, for its output, its errors, and for the answer: its process id and, when it has ended, its exit code.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import signal
import socket
import sys

MOST_BYTES = 65536


def main():
    for name in sys.argv[2:]:
        importlib.import_module(name)
    with socket.socket(fileno=int(sys.argv[1])) as control:
        request = serve(control)
    # from here on this is a host, which ends as any program does
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = request["command"]
    if sys.argv[0] == "-m":
        del sys.argv[0]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(sys.argv[0], run_name="__main__")


def serve(control):
    """Fork hosts until the tests have ended; gives back, in each host, what was asked for."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nothing is left of those that wait for a host
    while True:
        request, files = received(control)
        if os.fork() == 0 and wait_for_host(*files):
            return request
        for file in files:
            os.close(file)


def received(control):
    """What is asked for next, and the open files that came with it; ends the program with the tests."""
    line, files = b"", []
    while not line.endswith(b"\n"):
        part, passed, _, _ = socket.recv_fds(control, MOST_BYTES, 3)
        if not part:
            sys.exit()
        line, files = line + part, files + passed
    return json.loads(line), files


def wait_for_host(output, errors, answer):
    """Fork the host itself: True there; the other process reports its end, and ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    host = os.fork()
    if host == 0:
        os.dup2(output, sys.stdout.fileno())
        os.dup2(errors, sys.stderr.fileno())
        for file in (output, errors, answer):
            os.close(file)
        return True
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.close(output)
    os.close(errors)
    os.write(answer, b"%d\n" % host)
    _, status = os.waitpid(host, 0)
    os.write(answer, b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


if __name__ == "__main__":
    main()
