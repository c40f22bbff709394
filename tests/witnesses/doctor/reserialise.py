"""What integrators' Python computes in place of the signature: for each {"secret", "body"} on stdin, a line for each way of getting it wrong."""

import base64
import hashlib
import hmac
import html
import itertools
import json
import sys

OPTIONS = [("compact", {"separators": (",", ":")}), ("unicode", {"ensure_ascii": False}), ("sorted", {"sort_keys": True})]

for line in sys.stdin:
    case = json.loads(line)
    secret, body = case["secret"], case["body"]
    parsed = json.loads(body)

    def show(variant, signature, **other):
        print(json.dumps({"variant": variant, "secret": secret, "body": body, "signature": signature, **other}))

    def signature(message, key=secret, algorithm=hashlib.sha256):
        return hmac.new(key.encode(), message.encode(), algorithm)

    right = signature(body).hexdigest()
    for chosen in itertools.chain.from_iterable(itertools.combinations(OPTIONS, many) for many in range(4)):
        options = {name: value for _, pairs in chosen for name, value in pairs.items()}
        written = json.dumps(parsed, **options)
        show("-".join(["python-dumps", *(name for name, _ in chosen)]), signature(written).hexdigest())
        # Sorted keys cannot be put back.
        if "sort_keys" not in options and written != body:
            show("body-rewritten", right, body=written)
    show("python-dumps-indent", signature(json.dumps(parsed, indent=2)).hexdigest())
    show("nothing-signed", signature(str(None)).hexdigest())
    show("key-unset", signature(body, str(None)).hexdigest())
    show("newline-signed", signature(body + "\r\n").hexdigest())
    show("bom-signed", hmac.new(secret.encode(), body.encode("utf-8-sig"), hashlib.sha256).hexdigest())
    show("base64", base64.b64encode(signature(body).digest()).decode())
    show("base64-of-hex", base64.b64encode(right.encode()).decode())
    show("hmac-sha1", signature(body, algorithm=hashlib.sha1).hexdigest())
    show("arguments-swapped", signature(secret, body).hexdigest())
    show("hash-of-secret-and-body", hashlib.sha256((secret + body).encode()).hexdigest())
    show("body-html-escaped", right, body=html.escape(body))
    unescaped = json.dumps(parsed, ensure_ascii=False)
    doubled = unescaped.encode().decode("latin-1")
    if doubled != unescaped:
        show("charset-doubled", signature(unescaped).hexdigest(), body=doubled)
