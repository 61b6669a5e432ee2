namespace Payments.Benchmark.Floor.Loop;

/// <summary>
/// Something that the approved sale of a single order does not bring: the floor stops, as it knows nothing else. What it
/// did not acknowledge stays in the queue.
/// </summary>
internal sealed class NotOfTheFlowException(string message) : Exception(message);
