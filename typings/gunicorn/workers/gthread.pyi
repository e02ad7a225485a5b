import socket

class TConn:
    sock: socket.socket

class ThreadWorker:
    def handle(self, conn: TConn) -> object: ...
