const { realN8n } = require('../../jest.shared');

/** n8n in queue mode with Redis and PostgreSQL, the packed tarball, the stand-in org. */
module.exports = realN8n({ rootDir: __dirname, testTimeout: 300_000 });
