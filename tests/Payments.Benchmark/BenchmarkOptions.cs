using Payments.Benchmark.Instance;

namespace Payments.Benchmark;

internal enum BenchmarkMode
{
    Standard,
    Short,
    Long,
}

/// <summary>What the caller asked for.</summary>
internal sealed record BenchmarkOptions
{
    public BenchmarkMode Mode { get; init; }

    /// <summary>Names of scenarios; none: those of the mode.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Null: as the mode has it.</summary>
    public IReadOnlyList<PspSetting>? Psp { get; init; }

    public int? Payments { get; init; }

    public int? Runs { get; init; }

    /// <summary>Of each measurement in the long mode.</summary>
    public int? Minutes { get; init; }

    /// <summary>Shares of the preloaded rate, of the open loops; null: as the mode has it.</summary>
    public IReadOnlyList<double>? Loads { get; init; }

    /// <summary>Payments that the scenario <c>growth</c> puts into the tables.</summary>
    public int? Grown { get; init; }

    /// <summary>Dead letters that the scenario <c>letters</c> puts into the tables.</summary>
    public int? Letters { get; init; }

    public string? JsonFile { get; init; }
}
