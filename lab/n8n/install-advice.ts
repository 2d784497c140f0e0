interface Cause {
	/** Any one of these in npm's output is enough. */
	signs: RegExp[];
	advice: string;
}

/** node-gyp's error: sqlite3 had to be compiled, and that failed. */
const COMPILING = /\bgyp ERR! /;

const FULL_DISK: Cause = {
	signs: [/ENOSPC/],
	advice: 'The disk is full. Free up space, or set XDG_CACHE_HOME to a folder on another disk.',
};

const COMPILE_CAUSES: Cause[] = [
	{
		signs: [
			// Not `gyp info find Python`, which means that Python was found.
			/gyp ERR! find Python/,
			/not found: make/,
			/(^|[\s/])(make|cc|gcc|c\+\+|g\+\+): (command )?(not found|No such file)/im,
			/cannot execute .cc1/,
		],
		advice:
			'Python, make, or a C++ compiler is missing. On Debian or Ubuntu, run apt-get install python3 make g++.',
	},
	FULL_DISK,
	{
		signs: [
			/gyp http GET [^]*gyp WARN install got an error/,
			// How node-gyp 8 fails if a proxy rejects the request.
			/gyp http GET .*\n.*Completion callback never invoked/,
			// The only lines with a quieter `loglevel`.
			/gyp ERR! stack .*(FetchError|response downloading|code downloading|network connectivity)/,
			/gyp ERR! stack Error: (connect|getaddrinfo|read) E/,
		],
		advice:
			"The Node.js headers, which sqlite3 needs to compile, couldn't be downloaded. Check the connection and " +
			'proxy, or set `npm_config_nodedir` to a folder that has them in include/node, e.g. /usr.',
	},
];

const FETCH_CAUSES: Cause[] = [
	FULL_DISK,
	{
		signs: [/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|network/i],
		advice:
			"npm couldn't reach its registry. Check the connection, the proxy, and `npm config get registry`.",
	},
	{
		signs: [/E401|E403/],
		advice: 'The registry denied access. Check the login that npm uses (`npm whoami`).',
	},
];

/**
 * What to do if n8n couldn't be installed. Shown after npm's last lines.
 *
 * @param output npm's complete output
 */
export function installAdvice(version: string, output: string): string {
	// Before it compiles, sqlite3 looks for a prebuilt binary. That failure doesn't explain this one.
	if (COMPILING.test(output)) {
		return (
			adviceFrom(COMPILE_CAUSES, output) ??
			"sqlite3 couldn't be compiled. Fix the error in the lines above, then run the command again."
		);
	}
	const missing = {
		signs: [/E404|ETARGET/],
		advice: `The registry doesn't have a package that n8n needs. Check that it has n8n ${version}.`,
	};
	return (
		adviceFrom([...FETCH_CAUSES, missing], output) ??
		"Run the command again. It won't download the same packages again."
	);
}

function adviceFrom(causes: Cause[], output: string): string | undefined {
	return causes.find(({ signs }) => signs.some((sign) => sign.test(output)))?.advice;
}
