import socket, time
import pytest
pytestmark=[pytest.mark.django_db(transaction=True)]
def test_broken(live_server, local_store):
    store=local_store
    from urllib.parse import urlsplit
    uid=store.start_multipart("a/b.mp4",content_type="video/mp4")
    s=store.presign_part("a/b.mp4",uid,1,size_bytes=1000000,expires_in_seconds=60)
    p=urlsplit(live_server.url)
    c=socket.create_connection((p.hostname,p.port)); c.sendall(f"PUT {s.url} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n".encode()+b"x"*5000); c.close(); time.sleep(1.5)
    print(store.stored_parts("a/b.mp4",uid)); assert store.stored_parts("a/b.mp4",uid)==[]
