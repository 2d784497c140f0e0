const { realN8n } = require('../../jest.shared');

/** A real n8n, the packed tarball, the stand-in org. `N8N_VERSION` picks the n8n. */
module.exports = {
	...realN8n({ rootDir: __dirname, testTimeout: 240_000 }),
	// An n8n waits much of the time, so two fit on two cores.
	maxWorkers: 2,
};
