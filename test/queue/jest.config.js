const { transform } = require('../../jest.shared');

/** n8n in queue mode with Redis and PostgreSQL, the packed tarball, the stand-in org. */
module.exports = {
	rootDir: __dirname,
	testEnvironment: 'node',
	testMatch: ['<rootDir>/*.test.ts'],
	transform,
	globalSetup: '<rootDir>/setup.ts',
	globalTeardown: '<rootDir>/../e2e/teardown.ts',
	testTimeout: 300_000,
	maxWorkers: 1,
};
