// Runs the server audits of graphql-http and prints their results as JSON: node audit.mjs URL TOKEN, in its directory.
import { createRequire } from 'node:module';
const [url, token] = process.argv.slice(2);
const { auditServer } = createRequire(process.cwd() + '/')('graphql-http');
const fetchFn = (address, options = {}) =>
  fetch(address, { ...options, headers: { ...options.headers, authorization: `Bearer ${token}` } });
const results = await auditServer({ url, fetchFn });
console.log(JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))));
