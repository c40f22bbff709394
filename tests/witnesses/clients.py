"""curl and h2load are foreign clients of `listen`: every sample over HTTP/1.1 and HTTP/2, whole and in chunks, with leave and without, on one connection and on
many; and what is no delivery."""

import json
import pathlib
import signal
import subprocess
import sys

BINARY = sys.argv[1]
SAMPLES = sorted(pathlib.Path("samples/automation").glob("*.json"))
JSON = ["-H", "content-type: application/json"]

listen = subprocess.Popen([BINARY, "listen", "--port", "0", "--json", "--strict"], stdout=subprocess.PIPE, text=True)
url = json.loads(listen.stdout.readline())["url"] + "hook?key=1"
expected = []  # (verdict, HTTP version, body) of each delivery, in any order


def curl(*arguments, stdin=None):
    """The status of each request that curl made."""
    command = ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code} %{http_version}\n", "--noproxy", "*", "--max-time", "20", *arguments]
    output = subprocess.run(command, input=stdin, check=True, capture_output=True, timeout=60).stdout.decode()
    return [tuple(line.split()) for line in output.splitlines()]


def claim(what, actual, wanted):
    if actual != wanted:
        sys.exit(f"{what}: {actual}, and not {wanted}")


for version, option in [("1.0", "--http1.0"), ("1.1", "--http1.1"), ("2", "--http2-prior-knowledge")]:
    for sample in SAMPLES:
        claim(f"{sample} over {version}", curl(option, *JSON, "--data-binary", f"@{sample}", url), [("200", version.removesuffix(".0"))])
        expected.append(("ok", version, sample.read_text()))

sale = SAMPLES[-1]
text = sale.read_text()
claim("chunks", curl("--http1.1", *JSON, "-H", "Transfer-Encoding: chunked", "--data-binary", f"@{sale}", url), [("200", "1.1")])
claim("leave", curl("--http1.1", *JSON, "-H", "Expect: 100-continue", "--data-binary", f"@{sale}", url), [("200", "1.1")])
claim("an upgrade that is not taken", curl("--http2", *JSON, "--data-binary", f"@{sale}", url), [("200", "1.1")])
expected += [("ok", "1.1", text)] * 3
many = ["--http1.1", *JSON, "--data-binary", f"@{sale}", f"{url}&n=[1-20]"]
claim("one connection", [line[0] for line in curl(*many)], ["200"] * 20)
connections = subprocess.run(["curl", "-sS", "-w", "%{num_connects}\n", "-o", "/dev/null", "--noproxy", "*", *many], check=True, capture_output=True, text=True).stdout
claim("connections made", sum(int(line) for line in connections.split()), 1)
claim("a hundred at once", [line[0] for line in curl("-Z", "--parallel-immediate", "--parallel-max", "100", *JSON, "--data-binary", f"@{sale}", f"{url}&n=[1-100]")], ["200"] * 100)
# Without TLS curl 7.88 cannot use a connection of HTTP/2 twice, whoever answers; h2load can.
load = ["h2load", "-n", "400", "-c", "4", "-m", "100", "-H", "content-type: application/json", "-d", str(sale), url]
told = subprocess.run(load, check=True, capture_output=True, text=True, timeout=60).stdout
claim("a hundred streams on each of four connections", "status codes: 400 2xx" in told, True)
expected += [("ok", "1.1", text)] * 140 + [("ok", "2", text)] * 400

claim("curl's own content type", curl("--http1.1", "--data-binary", f"@{sale}", url), [("200", "1.1")])
claim("a form", curl("--http1.1", "-d", "a=1", url), [("400", "1.1")])
claim("broken JSON", curl("--http2-prior-knowledge", *JSON, "-d", "{", url), [("400", "2")])
claim("no event", curl("--http1.1", *JSON, "-d", "{}", url), [("422", "1.1")])
claim("nothing", curl("--http1.1", *JSON, "-d", "", url), [("400", "1.1")])
expected += [("ok", "1.1", text), ("not-json", "1.1", "a=1"), ("not-json", "2", "{"), ("no-event", "1.1", "{}"), ("not-json", "1.1", "")]
form = curl("--http1.1", "-F", "email=me@example.com", url)
claim("a multipart form", form, [("400", "1.1")])
claim("GET", curl(url), [("405", "1.1")])
claim("HEAD", curl("--head", url), [("405", "1.1")])
large = b"x" * (3 << 20)
for option in ["--http1.1", "--http2-prior-knowledge"]:
    claim(f"too large over {option}", curl(option, *JSON, "--data-binary", "@-", url, stdin=large)[0][0], "413")
    claim(f"too large in chunks over {option}", curl(option, *JSON, "-H", "Transfer-Encoding: chunked", "-H", "Expect:", "-T", "-", "-X", "POST", url, stdin=large)[0][0], "413")

listen.send_signal(signal.SIGINT)
lines = [json.loads(line) for line in listen.stdout]
claim("exit code", listen.wait(timeout=20), 0)
records = [line for line in lines if line["type"] == "delivery"]
told = [(record["verdict"], record["http"], record["body"]) for record in records if not record["body"].startswith("--")]
claim("records", sorted(told), sorted(expected))
claim("forms told", [record["findings"][0]["code"] for record in records if record["body"].startswith("--")], ["multipart"])
claim("refused", sorted(line["status"] for line in lines if line["type"] == "refused"), [405, 405, 413, 413, 413, 413])
claim("summary", (lines[-1]["type"], lines[-1]["deliveries"]), ("summary", len(expected) + 1))
print(f"curl and h2load deliver {len(records)} times over three versions of HTTP")
