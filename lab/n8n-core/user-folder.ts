/** Import this before n8n-core, which writes settings to its user folder as soon as it's loaded. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'okta-mfa-n8n-core-'));
process.env.N8N_USER_FOLDER = folder;
process.env.N8N_ENCRYPTION_KEY ??= 'worthless';

const remove = () => rmSync(folder, { recursive: true, force: true });
// Under Jest, `process` emits no exit.
if (typeof afterAll === 'undefined') process.on('exit', remove);
else afterAll(remove);
