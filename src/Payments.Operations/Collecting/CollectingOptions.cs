using System.ComponentModel.DataAnnotations;

namespace Payments.Operations.Collecting;

/// <summary>How dead letters are taken out of the broker; bound from the section <c>DeadLetters</c>.</summary>
internal sealed class CollectingOptions
{
    public const string Section = "DeadLetters";

    private const int DefaultPrefetch = 8;
    private const int DefaultInlineBytes = 64 * 1024;
    private const int MaxInlineBytes = 1024 * 1024;

    /// <summary>Whether this process collects. Off where something else counts letters in the broker's queues. Default: true.</summary>
    public bool Collect { get; set; } = true;

    /// <summary>How often the broker is asked for new queues. Default: 5 s; 100 ms to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan DiscoveryInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many letters of a queue may be on their way, in letters; with bodies of 20 MB this bounds the memory needed per
    /// queue. Default: 8; 1 to 1000.
    /// </summary>
    [Range(1, 1000)]
    public ushort Prefetch { get; set; } = DefaultPrefetch;

    /// <summary>Up to this size a body rests in the letter's row, above it apart, in bytes. Default: 64 KiB; 0 to 1 MiB.</summary>
    [Range(0, MaxInlineBytes)]
    public int InlineBodyBytes { get; set; } = DefaultInlineBytes;
}
