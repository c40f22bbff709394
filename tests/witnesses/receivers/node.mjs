// A receiver as one writes it with Node: the raw body is verified, then parsed. The port is told on stdout.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const secret = process.env.SECRET;
const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    const expected = createHmac("sha256", secret).update(body).digest("hex");
    const given = request.headers["x-webhook-signature"] ?? "";
    const right = given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
    if (right) JSON.parse(body);
    response.writeHead(right ? 200 : 401).end(request.headers["x-webhook-event"]);
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
