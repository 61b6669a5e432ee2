namespace Payments.Benchmark.Floor.Loop;

/// <summary>
/// Something that the approved sale of a single order does not bring: the floor stops, as it knows nothing else. What it
/// did not acknowledge stays in the queue.
/// </summary>
internal sealed class NotOfTheFlowException(string message) : Exception(message);

/// <summary>
/// A payment does not wait for this answer. On the slow road the inbox tells whether it had its answer before; if not, the
/// floor stops.
/// </summary>
internal sealed class OutOfStepException(string message) : Exception(message);
