// ajv in its strict mode takes every exported schema, and agrees with every verdict.
import { createReadStream, readFileSync, readdirSync } from "node:fs";
import { createInterface } from "node:readline";
import Ajv2020 from "ajv/dist/2020.js";

const [schemas, judged] = process.argv.slice(2);
const validators = new Map();
for (const file of readdirSync(schemas)) {
  const ajv = new Ajv2020({ strict: true });
  validators.set(file.replace(/\.json$/, ""), ajv.compile(JSON.parse(readFileSync(`${schemas}/${file}`, "utf8"))));
}
let met = 0;
for await (const line of createInterface({ input: createReadStream(judged) })) {
  const { event, valid, payload } = JSON.parse(line);
  if (validators.get(event)(payload) !== valid) {
    console.error(`${event}: we say ${valid ? "valid" : "invalid"}, ajv does not\n${JSON.stringify(payload)}`);
    process.exit(1);
  }
  met += 1;
}
if (met < 10000 || validators.size < 10) {
  console.error(`only ${met} payloads, ${validators.size} schemas`);
  process.exit(1);
}
console.log(`ajv agrees on ${met} payloads over ${validators.size} schemas`);
