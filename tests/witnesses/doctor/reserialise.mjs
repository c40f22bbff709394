// What integrators' JavaScript computes in place of the signature: for each {"secret", "body"} on stdin, a line for each way of getting it wrong.
import { createHash, createHmac } from "node:crypto";
import { createInterface } from "node:readline";

for await (const line of createInterface({ input: process.stdin })) {
  const { secret, body } = JSON.parse(line);
  const parsed = JSON.parse(body);
  const hmac = (message, key = secret, algorithm = "sha256") => createHmac(algorithm, key).update(message);
  const sha256 = (text) => createHash("sha256").update(text).digest("hex");
  const right = hmac(body).digest("hex");
  const print = (variant, signature, other = {}) => console.log(JSON.stringify({ variant, secret, body, signature, ...other }));
  const signs = (variant, message, key) => print(variant, hmac(message, key).digest("hex"));

  signs("js-stringify", JSON.stringify(parsed));
  signs("js-stringify-pretty", JSON.stringify(parsed, null, 2));
  signs("js-stringify-pretty-4", JSON.stringify(parsed, null, 4));
  signs("js-stringify-string", JSON.stringify(body));
  signs("js-stringify-buffer", JSON.stringify(Buffer.from(body)));
  signs("js-object", String(parsed));
  signs("nothing-signed", "");
  signs("nothing-signed", JSON.stringify({}));
  signs("newline-signed", body + "\n");
  signs("key-with-space", body, secret + "\n");
  signs("key-quoted", body, `"${secret}"`);
  signs("key-unset", body, String(undefined));
  signs("key-empty", body, "");
  signs("key-hashed", body, createHash("sha256").update(secret).digest());
  signs("key-hashed", body, sha256(secret));
  signs("key-to-hex", body, Buffer.from(secret).toString("hex"));
  signs("key-to-base64", body, Buffer.from(secret).toString("base64"));
  signs("arguments-swapped", secret, body);
  print("key-trimmed", right, { secret: `${secret}\n` });
  print("key-unquoted", right, { secret: `"${secret}"` });
  print("key-from-hex", right, { secret: Buffer.from(secret).toString("hex") });
  print("key-from-base64", right, { secret: Buffer.from(secret).toString("base64") });
  print("upper-case", right.toUpperCase());
  print("base64", hmac(body).digest("base64"));
  const safe = hmac(body).digest("base64url");
  print(/[-_]/.test(safe) ? "base64-url" : "base64", safe);
  print("prefix", `sha256=${right}`);
  print("hmac-sha1", hmac(body, secret, "sha1").digest("hex"));
  print("hmac-sha384", hmac(body, secret, "sha384").digest("hex"));
  print("hmac-sha512", hmac(body, secret, "sha512").digest("base64"));
  print("hash-of-body", sha256(body));
  print("hash-of-secret-and-body", sha256(secret + body));
  print("hash-of-body-and-secret", sha256(body + secret));
  print("timestamp-signed", `t=1790540187,v1=${hmac(`1790540187.${body}`).digest("hex")}`);
  // A proxy or a test between systeme.io and the receiver.
  // Keys that are indices have lost their place, long numbers their last digits, and it is known of vat alone that it was 0.0.
  if (!/"\d+":|\d{16}|[[,]-?\d+\.0[,\]]/.test(body)) {
    print("body-rewritten", right, { body: JSON.stringify(parsed) });
    print("body-rewritten", right, { body: JSON.stringify(parsed, null, 2) });
  }
  print("body-quoted", right, { body: JSON.stringify(body) });
  print("newline-added", right, { body: body + "\n" });
  print("bom-added", right, { body: "\ufeff" + body });
}
