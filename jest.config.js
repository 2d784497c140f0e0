const { transforms } = require('./jest.shared');

/** @type {import('jest').Config} */
module.exports = {
	projects: ['unit', 'integration'].map((displayName) => ({
		displayName,
		testEnvironment: 'node',
		testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
		...transforms,
	})),
	testTimeout: 30_000,
};
