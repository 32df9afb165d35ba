"""An NBD server that lies: newstyle, structured replies, `base:allocation` and whatever bitmap it is asked for.

usage: lying_nbd_server.py SOCKET IMAGE LIE

LIE is `none`, or what it does wrong: `empty` extents of no length, `many-empty`, `no-extents`, `tiny` extents of a byte,
`long` ones beyond the disk, `huge` and `negative` sizes of the disk, `errors` and `short` answers to reads, `changing` data,
`silent` when it is asked for data. It never closes a connection by itself.
"""
import os
import socket
import struct
import sys
import threading
import time

path, image, lie = sys.argv[1:4]
data = open(image, "rb").read()
size = {"huge": 1 << 62, "negative": (1 << 64) - 512}.get(lie, len(data))


def receive(client, count):
    found = b""
    while len(found) < count:
        piece = client.recv(count - len(found))
        if not piece:
            raise EOFError
        found += piece
    return found


def negotiate(client):
    """Takes options until the client goes on; the contexts it wants, by name."""
    contexts = {}
    client.sendall(b"NBDMAGIC" + b"IHAVEOPT" + struct.pack(">H", 3))
    receive(client, 4)
    while True:
        _, option, length = struct.unpack(">8sII", receive(client, 16))
        body = receive(client, length)

        def reply(kind, text=b""):
            client.sendall(struct.pack(">QIII", 0x3E889045565A9, option, kind, len(text)) + text)

        if option == 8:  # structured replies
            reply(1)
        elif option in (9, 10):  # list or set the contexts
            place = 4 + struct.unpack(">I", body[:4])[0]
            count = struct.unpack(">I", body[place:place + 4])[0]
            place += 4
            for number in range(1, count + 1):
                length = struct.unpack(">I", body[place:place + 4])[0]
                contexts[number] = body[place + 4:place + 4 + length]
                reply(4, struct.pack(">I", number) + contexts[number])
                place += 4 + length
            reply(1)
        elif option in (6, 7):  # info, go
            reply(3, struct.pack(">HQH", 0, size, 1))
            reply(1)
            if option == 7:
                return contexts
        elif option == 2:
            reply(1)
            raise EOFError
        else:
            reply(0x80000001)


def extents(name, offset, length):
    whole = struct.pack(">II", min(length, len(data) - offset), 1 if b"dirty" in name else 0)
    return {
        "empty": struct.pack(">II", 0, 0), "many-empty": struct.pack(">II", 0, 0) * 500, "no-extents": b"",
        "tiny": struct.pack(">II", 1, 0), "long": struct.pack(">II", 0xFFFFFFFF, 0) * 600,
    }.get(lie, whole)


def serve(client):
    try:
        contexts = negotiate(client)
        while True:
            _, _, command, handle, offset, length = struct.unpack(">IHHQQI", receive(client, 28))

            def chunk(kind, body, flags=1):
                client.sendall(struct.pack(">IHHQI", 0x668E33EF, flags, kind, handle, len(body)) + body)

            if command == 0:
                if lie == "silent":
                    time.sleep(3600)
                found = os.urandom(length) if lie == "changing" else data[offset:offset + length]
                if lie == "errors":
                    chunk(32769, struct.pack(">IH", 5, 0))
                else:
                    chunk(1, struct.pack(">Q", offset) + (found[:-1] if lie == "short" else found))
            elif command == 7:
                for number, name in contexts.items():
                    chunk(5, struct.pack(">I", number) + extents(name, offset, length), number == len(contexts))
            elif command != 2:
                chunk(0, b"")
    except (EOFError, OSError, struct.error):
        pass


listener = socket.socket(socket.AF_UNIX)
listener.bind(path + ".new")
listener.listen(32)
os.rename(path + ".new", path)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
