/** The Go programs that come with Gotwin, and where the files of the package are. */
export { assetPath, packageVersion } from './assets.ts';
export {
  type Fixture,
  findFixture,
  fixtureManifestSchema,
  fixturesRoot,
  listFixtures,
} from './fixtures.ts';
