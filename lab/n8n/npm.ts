import { EXIT_WITH_PARENT, startProcessGroup } from './process-group';

const LINES_IN_ERROR = 20;

/** npm failed. The message has npm's last lines. */
export class NpmError extends Error {
	constructor(
		command: string,
		/** npm's complete output, without addresses. */
		readonly output: string,
	) {
		super(`"${command}" failed. Its last lines:\n${indent(lastLines(output))}`);
		this.name = 'NpmError';
	}
}

export interface NpmOptions {
	cwd: string;
	/** Stops npm and everything it started. The call then rejects with the signal's reason. */
	signal?: AbortSignal;
}

/**
 * Runs npm without a terminal, and waits until it exits.
 *
 * @throws {NpmError} if npm exits with anything but 0
 */
export async function npm(args: string[], options: NpmOptions): Promise<void> {
	options.signal?.throwIfAborted();
	const { command, prefix } = npmCommand();
	const group = await startProcessGroup({
		command,
		args: [...prefix, ...args],
		cwd: options.cwd,
		env: environmentForNestedNpm(),
		keepStdinOpen: true,
	}).catch((error: unknown) => {
		throw new Error(`Couldn't start npm ("${command}"). Is it installed?`, { cause: error });
	});
	const abort = () => void group.kill();
	options.signal?.addEventListener('abort', abort);
	if (options.signal?.aborted) abort();
	try {
		const { code } = await group.ended;
		options.signal?.throwIfAborted();
		if (code !== 0) throw new NpmError(`npm ${args.join(' ')}`, withoutAddresses(group.output()));
	} finally {
		options.signal?.removeEventListener('abort', abort);
	}
}

/** The npm that runs this script, or else the one on the PATH. */
function npmCommand(): { command: string; prefix: string[] } {
	const cli = process.env.npm_execpath;
	const isNpm = cli !== undefined && /npm-cli\.c?js$/.test(cli);
	if (!isNpm) return { command: 'npm', prefix: [] };
	// Otherwise, npm would keep filling a folder after the script is killed.
	return { command: process.execPath, prefix: ['--require', EXIT_WITH_PARENT, cli] };
}

/**
 * `npm run` describes its project in the environment. An npm that it starts in another folder must not mistake
 * that project for its own.
 */
export function environmentForNestedNpm(): NodeJS.ProcessEnv {
	const outer = /^(npm_package_|npm_lifecycle_|npm_config_local_prefix$|npm_command$|INIT_CWD$)/;
	return {
		...Object.fromEntries(Object.entries(process.env).filter(([name]) => !outer.test(name))),
		npm_config_progress: 'false',
		npm_config_update_notifier: 'false',
	};
}

function lastLines(output: string): string {
	return output.trimEnd().split('\n').slice(-LINES_IN_ERROR).join('\n');
}

/** A registry's address can contain a company's hostname or a password. */
function withoutAddresses(text: string): string {
	return text
		.replace(/\bhttps?:\/\/[^\s'")]+/g, '<address>')
		.replace(/\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT)(\s+)[^\s'")]+/g, '$1$2<address>');
}

function indent(text: string): string {
	return text.replace(/^/gm, '    ');
}
