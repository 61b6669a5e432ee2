using System.Reflection;

namespace Payments.Executor.Tests.Psp;

/// <summary>Which tokens a class of tests covers.</summary>
internal static class TestedTokens
{
    /// <summary>Each text that is the first argument of a row of inline data.</summary>
    public static IReadOnlySet<string> Of(Type tests) =>
        tests.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .SelectMany(m => m.GetCustomAttributes<InlineDataAttribute>(inherit: false).SelectMany(a => a.GetData(m)))
            .Select(d => d[0])
            .OfType<string>()
            .ToHashSet();
}
