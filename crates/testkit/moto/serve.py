"""Serves moto, a local stand-in for AWS, on a free port of the loopback interface.

The first line on standard output is the port. The server lives as long as its standard input stays open: when
the process that started it ends, however it ends, the operating system closes the pipe and the server stops.

An access key id of twelve digits names an account, so that every test can have an account of its own.
Any other access key id is the account 123456789012.
"""

import logging
import os
import re
import signal
import sys
import threading

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

ACCOUNT_KEY = re.compile(r"Credential=(\d{12})/")


def main():
    # Ctrl-C reaches the whole process group; whoever started the server decides when it stops.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)

    dispatch = DomainDispatcherApplication(create_backend_app)

    def application(environ, start_response):
        key = ACCOUNT_KEY.search(environ.get("HTTP_AUTHORIZATION", ""))
        if key:
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = key.group(1)
        return dispatch(environ, start_response)

    server = make_server("127.0.0.1", 0, application, threaded=True)
    os.environ["MOTO_PORT"] = str(server.port)
    threading.Thread(target=stop_with_parent, daemon=True).start()
    print(server.port, flush=True)
    server.serve_forever()


def stop_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)


main()
