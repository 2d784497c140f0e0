/** Import this before n8n-core, which writes settings to its folder as soon as it's loaded. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'okta-mfa-bench-core-'));
process.env.N8N_USER_FOLDER = folder;
process.env.N8N_ENCRYPTION_KEY ??= 'worthless';
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
