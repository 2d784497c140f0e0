const { transform } = require('../../jest.shared');

/** A real n8n, the packed tarball, the stand-in org. `N8N_VERSION` picks the n8n. */
module.exports = {
	rootDir: __dirname,
	testEnvironment: 'node',
	testMatch: ['<rootDir>/*.test.ts'],
	transform,
	globalSetup: '<rootDir>/setup.ts',
	globalTeardown: '<rootDir>/teardown.ts',
	testTimeout: 240_000,
	// Each suite runs an n8n of its own.
	maxWorkers: 1,
};
