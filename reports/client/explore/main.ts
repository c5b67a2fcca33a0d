import type { ExploreReport } from '../../explore.ts';
import { showSinglePage } from '../single.ts';
import { worldPart, worldsTable } from './world.ts';

showSinglePage<ExploreReport>('explore', ({ explorations }) => {
  const several = explorations.length > 1;
  return [
    several && worldsTable(explorations),
    ...explorations
      .filter(({ breach }) => !several || breach !== null)
      .map((each, nth) => worldPart(each, nth === 0 && !several)),
  ];
});
