/**
 * Counts what vitest ran, and writes it to the file that GOTWIN_TEST_COUNTS names, for the closing line of `npm test`:
 * after each file, so that what was known is known also when vitest does not come to its end.
 * A file that could not be loaded and an error outside of any test count as failures of their own.
 */
import { renameSync, writeFileSync } from 'node:fs';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {string[]} failed the names of the tests
 * @property {{ name: string, why?: string | undefined }[]} skipped why is absent where the name says it
 * @property {{ name: string, ms: number }[]} slowest the files that took longest, their hooks with them
 * @property {string[]} running the files that have begun and not ended
 * @property {boolean} complete whether vitest came to its end
 */

/** @typedef {import('vitest/node').TestModule} TestModule */

export default class CountingReporter {
  /** @type {Set<TestModule>} */
  #running = new Set();
  /** @type {TestModule[]} */
  #ended = [];

  /** @param {TestModule} module */
  onTestModuleStart(module) {
    this.#running.add(module);
    this.#write(this.#ended);
  }

  /** @param {TestModule} module */
  onTestModuleEnd(module) {
    this.#running.delete(module);
    this.#ended.push(module);
    this.#write(this.#ended);
  }

  /**
   * @param {readonly TestModule[]} modules
   * @param {readonly unknown[]} unhandled
   * @param {string} reason
   */
  onTestRunEnd(modules, unhandled, reason) {
    this.#running.clear();
    const outside = unhandled.map(() => 'an error outside of any test');
    this.#write(modules, reason !== 'interrupted', outside);
  }

  /** @param {readonly TestModule[]} modules */
  #write(modules, complete = false, failed = /** @type {string[]} */ ([])) {
    const file = process.env.GOTWIN_TEST_COUNTS;
    if (file === undefined) return;
    const running = [...this.#running].map((module) => module.relativeModuleId);
    /** @type {Counts} */
    const counts = { passed: 0, failed, skipped: [], slowest: slowestOf(modules), running, complete };
    for (const module of modules) countModule(counts, module);
    // Whole at any moment, also at that of a SIGKILL.
    writeFileSync(`${file}.part`, JSON.stringify(counts));
    renameSync(`${file}.part`, file);
  }
}

/** @param {readonly TestModule[]} modules */
function slowestOf(modules) {
  const files = modules.map((module) => ({
    name: module.relativeModuleId,
    ms: module.diagnostic().duration,
  }));
  return files.sort((a, b) => b.ms - a.ms).slice(0, 10);
}

/** @param {Counts} counts @param {TestModule} module */
function countModule(counts, module) {
  for (const suite of [module, ...module.children.allSuites()]) {
    if (suite.errors().length > 0) counts.failed.push(nameOf(module, suite));
  }
  for (const test of module.children.allTests()) count(counts, test, nameOf(module, test));
}

/**
 * @param {TestModule} module
 * @param {TestModule | import('vitest/node').TestSuite | import('vitest/node').TestCase} entity
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
