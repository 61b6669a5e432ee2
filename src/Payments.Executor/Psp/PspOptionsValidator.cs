using Microsoft.Extensions.Options;

namespace Payments.Executor.Psp;

/// <summary>Says in sentences what is wrong with the section <c>Psp</c>; none of them holds a key.</summary>
internal sealed class PspOptionsValidator : IValidateOptions<PspOptions>
{
    public ValidateOptionsResult Validate(string? name, PspOptions options)
    {
        List<string> wrong = [.. WrongInPipeline(options.Pipeline), .. WrongInBreaker(options.Breaker)];
        if (options.Connections.Count == 0)
            wrong.Add("Psp:Connections is empty; configure at least one, such as Psp:Connections:stripe-a.");
        foreach (var (connection, settings) in options.Connections)
            wrong.AddRange(WrongInConnection(connection, settings));
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<string> WrongInConnection(string name, PspConnectionOptions connection)
    {
        var path = $"{PspOptions.Section}:Connections:{name}";
        if (name.Length is 0 or > 50 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            yield return $"{path}: a connection's name has 1 to 50 lower-case letters, digits and hyphens.";
        var known = string.Join(", ", PspConnections.Formats.Keys.Order());
        if (PspConnections.Formats.TryGetValue(connection.Adapter, out var format))
        {
            foreach (var missing in format.Needs.Where(n => string.IsNullOrWhiteSpace(Setting(connection, n))))
                yield return $"{path}:{missing} is missing; {format.Name} needs it.";
        }
        else
        {
            yield return $"{path}:Adapter is '{connection.Adapter}'; known are {known}.";
        }

        if (connection.BaseAddress is not { IsAbsoluteUri: true, Scheme: "https" or "http" } address)
            yield return $"{path}:BaseAddress must be an absolute https address.";
        else if (address.Scheme != "https" && !address.IsLoopback)
            yield return $"{path}:BaseAddress must be https, because {address.Host} is not loopback.";
        else if (address.Query.Length > 0 || address.Fragment.Length > 0 || address.UserInfo.Length > 0)
            yield return $"{path}:BaseAddress must have no query, fragment or user.";
        if (string.IsNullOrWhiteSpace(connection.SecretKey))
            yield return $"{path}:SecretKey is missing; set it, for example as Psp__Connections__{name}__SecretKey.";
        else if (!connection.SecretKey.All(c => c is > ' ' and < (char)127))
            yield return $"{path}:SecretKey must be printable ASCII without blanks.";

        if (connection.SearchLagSeconds is { } lag && !(lag is >= 0 and <= 86_400))
            yield return $"{path}:SearchLagSeconds is {lag}; it must be from 0 to 86400.";

        var limits = connection.Limits;
        foreach (var sentence in OutOfRange(
            $"Connections:{name}:Limits",
            (nameof(limits.MaxInFlight), limits.MaxInFlight ?? 1, 1, 1_000),
            (nameof(limits.MaxPerSecond), limits.MaxPerSecond ?? 1, 1, 10_000),
            (nameof(limits.MaxControlPerSecond), limits.MaxControlPerSecond ?? 1, 1, 10_000)))
        {
            yield return sentence;
        }
    }

    private static string? Setting(PspConnectionOptions connection, string name) => name switch
    {
        nameof(connection.PublicKey) => connection.PublicKey,
        nameof(connection.Account) => connection.Account,
        _ => throw new InvalidOperationException($"A connection has no setting {name}."),
    };

    private static IEnumerable<string> WrongInPipeline(PspPipelineOptions pipeline) =>
        OutOfRange(
            "Pipeline",
            (nameof(pipeline.ConnectLimitSeconds), pipeline.ConnectLimitSeconds, 0.05, 10),
            (nameof(pipeline.WriteLimitSeconds), pipeline.WriteLimitSeconds, 0.05, 10),
            (nameof(pipeline.TryLimitSeconds), pipeline.TryLimitSeconds, 0.1, 60),
            (nameof(pipeline.TotalLimitSeconds), pipeline.TotalLimitSeconds, pipeline.TryLimitSeconds, 60),
            (nameof(pipeline.MaxTries), pipeline.MaxTries, 1, 10),
            (nameof(pipeline.BackoffSeconds), pipeline.BackoffSeconds, 0, 10),
            (nameof(pipeline.MaxBackoffSeconds), pipeline.MaxBackoffSeconds, pipeline.BackoffSeconds, 10));

    private static IEnumerable<string> WrongInBreaker(PspBreakerOptions breaker) =>
        OutOfRange(
            "Breaker",
            (nameof(breaker.FailureRatio), breaker.FailureRatio, 0.05, 1),
            (nameof(breaker.MinimumTries), breaker.MinimumTries, 2, 10_000),
            (nameof(breaker.SamplingSeconds), breaker.SamplingSeconds, 0.5, 600),
            (nameof(breaker.BreakSeconds), breaker.BreakSeconds, 0.5, 300));

    private static IEnumerable<string> OutOfRange(
        string section, params IEnumerable<(string Name, double Value, double Least, double Most)> limits) =>
        limits
            .Where(l => !(l.Value >= l.Least && l.Value <= l.Most))
            .Select(
                l => $"{PspOptions.Section}:{section}:{l.Name} is {l.Value}; it must be from {l.Least} to {l.Most}.");
}
