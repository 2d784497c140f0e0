const { dest, src } = require('gulp');

/** Copies the files that tsc doesn't handle to dist: the icons and the nodes' codex files. */
function assets() {
	return src(['icons/*.svg', 'nodes/**/*.node.json'], { base: '.' }).pipe(dest('dist'));
}

exports.assets = assets;
