/**
 * The verdict on a release, from numbers about its requests and those of the stable one.
 *
 * <p>An {@link dev.slipway.strategies.analysis.Analysis} says what is measured and what is still
 * good; a {@link dev.slipway.strategies.analysis.Judge} hears every measurement and says what
 * follows. It asks nobody and knows no time, so it can be tested at the edge of each limit. Four
 * things are kept apart: pass, fail, error (it could not be measured) and inconclusive (too little
 * is known). What is not known is never good.
 */
@NullMarked
package dev.slipway.strategies.analysis;

import org.jspecify.annotations.NullMarked;
