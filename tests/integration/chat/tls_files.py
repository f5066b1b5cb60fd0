# Certificates for tests of guarded clusters, made with the program openssl.
import subprocess


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, timeout=60, check=True)


def make_authority(folder):
    """ca.pem signs both.pem, which names 127.0.0.1 and serves as the brokers' certificate and as a client's."""
    openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=authority")
    openssl(folder, "req", "-newkey", "rsa:2048", "-nodes", "-keyout", "both.key", "-out", "both.csr", "-subj", "/CN=both")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl(folder, "x509", "-req", "-in", "both.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "both.pem", "-days", "2",
            "-extfile", "names")
