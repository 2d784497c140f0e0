const { dest, src } = require('gulp');

/** Carries what tsc leaves behind into dist: the icons and the nodes' codex files. */
function assets() {
	return src(['icons/*.svg', 'nodes/**/*.node.json'], { base: '.' }).pipe(dest('dist'));
}

exports.assets = assets;
