package dev.slipway.strategies.advice;

/**
 * What a strategy costs, in the rows of the comparison table.
 *
 * @param downtime for how long nobody answers
 * @param resources what it takes beside what runs anyway
 * @param deployment how long a rollout takes
 * @param back how long the way back takes
 * @param versions how many releases answer at once
 * @param risk how many users meet a bad release
 */
public record Cost(
    String downtime,
    String resources,
    String deployment,
    String back,
    String versions,
    String risk) {}
