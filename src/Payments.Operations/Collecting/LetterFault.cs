using System.Globalization;
using System.Text.RegularExpressions;
using Payments.Contracts;
using RabbitMQ.Client;

namespace Payments.Operations.Collecting;

/// <summary>What MassTransit wrote into the headers of a message when it gave it up. Card numbers are masked.</summary>
/// <param name="Exceptions">Outermost first; empty where nothing was thrown.</param>
/// <param name="StackTrace">As it was written.</param>
/// <param name="Consumer">The consumer's type.</param>
/// <param name="MessageType">The message's type, where it was known.</param>
/// <param name="Host">Machine, process and version of the worker.</param>
/// <param name="FailedAt">When it was given up; null without a readable time.</param>
/// <param name="Retries">How often it was tried again before; null when it is not said.</param>
internal sealed partial record LetterFault(
    IReadOnlyList<DeadLetterException> Exceptions,
    string? StackTrace,
    string? Consumer,
    string? MessageType,
    string? Host,
    DateTimeOffset? FailedAt,
    int? Retries)
{
    private const string Prefix = "MT-Fault-";

    public static LetterFault Read(IReadOnlyBasicProperties properties)
    {
        var stack = Masked(Header(properties, "StackTrace"));
        var type = Masked(Header(properties, "ExceptionType"));
        var exceptions = new List<DeadLetterException>();
        if (type is not null)
            exceptions.Add(new DeadLetterException(type, Masked(Header(properties, "Message")) ?? ""));
        foreach (Match inner in Inner().Matches(stack ?? ""))
            exceptions.Add(new DeadLetterException(inner.Groups["type"].Value, inner.Groups["message"].Value.Trim()));
        return new LetterFault(
            exceptions,
            stack,
            Header(properties, "ConsumerType"),
            Header(properties, "MessageType"),
            HostOf(properties),
            ReadTime(Header(properties, "Timestamp")),
            int.TryParse(Header(properties, "RetryCount"), CultureInfo.InvariantCulture, out var retries) ? retries : null);
    }

    private static string? Header(IReadOnlyBasicProperties properties, string name) =>
        LetterHeaders.Text(properties, Prefix + name);

    private static string? Masked(string? text) => text is null ? null : CardNumbers.Mask(text);

    /// <summary>For instance <c>worker-7/1234 Payments.Wallets 1.2.0</c>.</summary>
    private static string? HostOf(IReadOnlyBasicProperties properties)
    {
        string?[] names = ["MachineName", "ProcessId", "Assembly", "AssemblyVersion"];
        var values = names.Select(n => LetterHeaders.Text(properties, $"MT-Host-{n}")).ToArray();
        return values.All(v => v is null) ? null : $"{values[0]}/{values[1]} {values[2]} {values[3]}".Trim();
    }

    private static DateTimeOffset? ReadTime(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUniversalTime()
            : null;

    // Exception.ToString() writes each inner exception behind an arrow.
    [GeneratedRegex(
        @"^\s*-{3}> (?<type>[\w.+`\[\],]+): ?(?<message>[^\r\n]*)",
        RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Inner();
}
