const { realN8n } = require('../../jest.shared');

/** A real n8n in a real browser, used the way a user does, with the stand-in org. */
module.exports = realN8n({ rootDir: __dirname, testTimeout: 480_000 });
