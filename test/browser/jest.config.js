const { transform } = require('../../jest.shared');

/** A real n8n in a real browser, used as a person would, with the stand-in org. */
module.exports = {
	rootDir: __dirname,
	testEnvironment: 'node',
	testMatch: ['<rootDir>/*.test.ts'],
	transform,
	globalSetup: '<rootDir>/setup.ts',
	globalTeardown: '<rootDir>/../e2e/teardown.ts',
	// Generous, for busy machines: every wait inside has a deadline of its own.
	testTimeout: 480_000,
	// Each suite runs an n8n and a browser of its own.
	maxWorkers: 1,
};
