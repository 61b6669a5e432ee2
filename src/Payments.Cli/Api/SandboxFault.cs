namespace Payments.Cli.Api;

/// <summary>A fault as the sandbox takes it, and as it shows what is in force; see the sandbox's README.</summary>
internal sealed record SandboxFault
{
    /// <summary>Set while it is in force.</summary>
    public int? Id { get; init; }

    public required string Fault { get; init; }

    /// <summary>Null for every one.</summary>
    public string? Account { get; init; }

    /// <summary>Null for every one.</summary>
    public string? Psp { get; init; }

    /// <summary>Null for any.</summary>
    public string? Token { get; init; }

    public double? Probability { get; init; }

    public int? Seed { get; init; }

    /// <summary>As ordered: so many times.</summary>
    public int? Count { get; init; }

    /// <summary>While in force: so many times yet; null without end.</summary>
    public int? Left { get; init; }

    public double? Seconds { get; init; }

    public int? RetryAfterSeconds { get; init; }

    /// <summary>While in force: how often.</summary>
    public long? Happened { get; init; }
}

/// <summary>What is in force.</summary>
internal sealed record SandboxFaults(IReadOnlyList<SandboxFault> Data);

/// <summary>How many were taken back.</summary>
internal sealed record ClearedFaults(int Count);
