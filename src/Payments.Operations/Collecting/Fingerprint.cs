using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Payments.Contracts;

namespace Payments.Operations.Collecting;

/// <summary>
/// What letters must have in common to be one group. The rule is on the page beside this (README.md); a change of it
/// makes new groups, and needs a decision record.
/// </summary>
internal static partial class Fingerprint
{
    /// <summary>Code that everybody runs through, and that says nothing of where a worker went wrong.</summary>
    private static readonly string[] Frameworks =
        ["System.", "Microsoft.", "Npgsql.", "MassTransit.", "RabbitMQ.", "Polly.", "Automatonymous.", "lambda_method"];

    private const string PostgresError = "Npgsql.PostgresException";

    /// <summary>The group's id: the first 128 bits of a SHA-256.</summary>
    public static Ulid GroupOf(string endpoint, string reason, string? messageType, string? exceptionType, string? frame)
    {
        var parts = string.Join('\n', endpoint, reason, messageType, exceptionType, frame);
        return Ulid.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(parts)).AsSpan(0, Ulid.ByteLength));
    }

    /// <summary>A type's name without its type arguments: <c>Handler`1[[A, B]]</c> and <c>Handler&lt;A&gt;</c> are <c>Handler</c>.</summary>
    public static string? TypeName(string? type) => type is null ? null : WithoutGenerics(type).Trim();

    /// <summary>
    /// The exception's type without type arguments; of PostgreSQL's errors also the SQLSTATE, with which their text begins:
    /// a full disk and a missing right are thrown in one place, and are two faults.
    /// </summary>
    public static string? ExceptionKind(string? type, string? message) =>
        type == PostgresError && message is not null && SqlState().Match(message) is { Success: true } state
            ? $"{PostgresError} {state.Value}"
            : TypeName(type);

    /// <summary>
    /// The topmost frame that is not a framework's, or else the topmost: namespace, type and method, without parameters, type
    /// arguments, files and lines, and without what a compiler numbers.
    /// </summary>
    /// <returns>Null without a readable frame.</returns>
    public static string? TopFrame(string? stackTrace)
    {
        string? top = null;
        foreach (Match match in Frame().Matches(stackTrace ?? ""))
        {
            var frame = Normalise(match.Groups["method"].Value);
            top ??= frame;
            if (!Frameworks.Any(f => frame.StartsWith(f, StringComparison.Ordinal)))
                return frame;
        }

        return top;
    }

    private static string Normalise(string method)
    {
        var text = WithoutGenerics(method.Replace('+', '.'));
        // <Bar>g__Inner|3_0: a local function. <Bar>b__0_1: a lambda.
        text = LocalFunction().Replace(text, "${name}.${inner}");
        text = Lambda().Replace(text, "${name}");
        // Foo.<Bar>d__12.MoveNext: the state machine of an async method or an iterator.
        text = StateMachine().Replace(text, "${name}");
        // Foo.<>c__DisplayClass3_0: where a lambda keeps what it captured.
        text = Closure().Replace(text, "");
        return Number().Replace(text, "");
    }

    private static string WithoutGenerics(string text)
    {
        var kept = new StringBuilder(text.Length);
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var isAngle = text[i] is '<' && i > 0 && (char.IsLetterOrDigit(text[i - 1]) || depth > 0);
            if (text[i] is '[' || isAngle)
                depth++;
            else if (depth > 0 && text[i] is ']' or '>' && depth > 0)
                depth--;
            else if (depth == 0)
                kept.Append(text[i]);
        }

        return Arity().Replace(kept.ToString(), "");
    }

    [GeneratedRegex(@"^\s*at (?<method>[^\r\n(]+?)\s*(\(|\r?$)", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Frame();

    [GeneratedRegex(@"^[0-9A-Z]{5}(?=:)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SqlState();

    [GeneratedRegex(@"`\d+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Arity();

    [GeneratedRegex(@"<(?<name>[^<>]*)>d(__\d+)?\.MoveNext", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StateMachine();

    [GeneratedRegex(@"\.<>c(__DisplayClass\d+_\d+)?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Closure();

    [GeneratedRegex(@"<(?<name>[^<>]*)>g__(?<inner>\w+)\|\d+(_\d+)?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LocalFunction();

    [GeneratedRegex(@"<(?<name>[^<>]*)>b__\d+(_\d+)?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Lambda();

    // lambda_method123: compiled while the program runs.
    [GeneratedRegex(@"(?<=^lambda_method)\d+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
