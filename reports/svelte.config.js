// Pages are copied before a build, components are taken from where they are: both mean the same file by this name.
export default {
	kit: {
		alias: { $site: '../../components/site.js' }
	}
};
