// Convert source format into what is deployed, with Salesforce's own converter; print what it read.
// node convert.cjs <folder with node_modules> <folder to write to> <package folder>...
const { createRequire } = require('node:module');
const { join } = require('node:path');

const [modules, output, ...packages] = process.argv.slice(2);
const { ComponentSet, MetadataConverter } = createRequire(join(modules, 'index.js'))(
  '@salesforce/source-deploy-retrieve',
);

const seen = (component) => [
  { type: component.type.name, name: component.fullName, file: component.xml },
  ...component.getChildren().flatMap(seen),
];

async function main() {
  const set = ComponentSet.fromSource(packages);
  set.sourceApiVersion = '62.0';
  await new MetadataConverter().convert(set, 'metadata', {
    type: 'directory',
    outputDirectory: output,
    genUniqueDir: false,
  });
  console.log(JSON.stringify(set.getSourceComponents().toArray().flatMap(seen)));
}

main();
