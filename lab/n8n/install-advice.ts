interface Cause {
	/** One of these in npm's output is enough. */
	signs: RegExp[];
	advice: string;
}

/** node-gyp's last word: sqlite3 had to be compiled, and was not. */
const COMPILING = /\bgyp ERR! /;

const FULL_DISK: Cause = {
	signs: [/ENOSPC/],
	advice: 'The disk is full. Make room, or set XDG_CACHE_HOME to a folder on another disk.',
};

const COMPILE_CAUSES: Cause[] = [
	{
		signs: [
			// Not `gyp info find Python`, which says that it was found.
			/gyp ERR! find Python/,
			/not found: make/,
			/(^|[\s/])(make|cc|gcc|c\+\+|g\+\+): (command )?(not found|No such file)/im,
			/cannot execute .cc1/,
		],
		advice:
			'Python, make or a C++ compiler is missing. On Debian or Ubuntu: apt-get install python3 make g++',
	},
	FULL_DISK,
	{
		signs: [
			/gyp http GET [^]*gyp WARN install got an error/,
			// So ends node-gyp 8 when a proxy refuses.
			/gyp http GET .*\n.*Completion callback never invoked/,
			// All that there is at a quieter `loglevel`.
			/gyp ERR! stack .*(FetchError|response downloading|code downloading|network connectivity)/,
			/gyp ERR! stack Error: (connect|getaddrinfo|read) E/,
		],
		advice:
			"Node's headers, which sqlite3 is compiled with, could not be downloaded. Check the connection and " +
			'proxy, or set `npm_config_nodedir` to a folder that has them in include/node, such as /usr.',
	},
];

const FETCH_CAUSES: Cause[] = [
	FULL_DISK,
	{
		signs: [/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|network/i],
		advice:
			'npm could not reach its registry. Check the connection, proxy and `npm config get registry`.',
	},
	{
		signs: [/E401|E403/],
		advice: 'The registry refused access. Check the login that npm uses (`npm whoami`).',
	},
];

/**
 * What to tell somebody whose n8n could not be installed, after npm's last lines.
 *
 * @param output all that npm wrote
 */
export function installAdvice(version: string, output: string): string {
	// Before it compiles, sqlite3 looks for a compiled one. That this failed too explains nothing.
	if (COMPILING.test(output)) {
		return (
			adviceFrom(COMPILE_CAUSES, output) ??
			'sqlite3 could not be compiled. Fix the error in the lines above, then run the command once more.'
		);
	}
	const missing = {
		signs: [/E404|ETARGET/],
		advice: `The registry lacks a package that is needed. Check that n8n ${version} exists there.`,
	};
	return (
		adviceFrom([...FETCH_CAUSES, missing], output) ??
		'Run the command once more; what has been fetched is not fetched again.'
	);
}

function adviceFrom(causes: Cause[], output: string): string | undefined {
	return causes.find(({ signs }) => signs.some((sign) => sign.test(output)))?.advice;
}
