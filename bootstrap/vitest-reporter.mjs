/**
 * Counts what vitest ran, and writes it to the file that GOTWIN_TEST_COUNTS names, for the closing line of `npm test`.
 * A file that could not be loaded and an error outside of any test count as failures of their own.
 */
import { writeFileSync } from 'node:fs';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {string[]} failed the names of the tests
 * @property {{ name: string, why?: string | undefined }[]} skipped why is absent where the name says it
 * @property {{ name: string, ms: number }[]} slowest the files that took longest, their hooks with them
 */

export default class CountingReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    /** @type {Counts} */
    const counts = {
      passed: 0,
      failed: unhandled.map(() => 'an error outside of any test'),
      skipped: [],
      slowest: slowestOf(modules),
    };
    for (const module of modules) {
      for (const suite of [module, ...module.children.allSuites()]) {
        if (suite.errors().length > 0) counts.failed.push(nameOf(module, suite));
      }
      for (const test of module.children.allTests()) count(counts, test, nameOf(module, test));
    }
    const file = process.env.GOTWIN_TEST_COUNTS;
    if (file !== undefined) writeFileSync(file, JSON.stringify(counts));
  }
}

/** @param {readonly import('vitest/node').TestModule[]} modules */
function slowestOf(modules) {
  const files = modules.map((module) => ({
    name: module.relativeModuleId,
    ms: module.diagnostic().duration,
  }));
  return files.sort((a, b) => b.ms - a.ms).slice(0, 10);
}

/**
 * @param {import('vitest/node').TestModule} module
 * @param {import('vitest/node').TestModule | import('vitest/node').TestSuite | import('vitest/node').TestCase} entity
 */
function nameOf(module, entity) {
  return entity.type === 'module'
    ? module.relativeModuleId
    : `${module.relativeModuleId} > ${entity.fullName}`;
}

/** @param {Counts} counts @param {import('vitest/node').TestCase} test @param {string} name */
function count(counts, test, name) {
  const result = test.result();
  if (result.state === 'passed') counts.passed++;
  else if (result.state === 'failed') counts.failed.push(name);
  else {
    counts.skipped.push({ name, why: result.state === 'skipped' ? result.note : 'it never ran' });
  }
}
