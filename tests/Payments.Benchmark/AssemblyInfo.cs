using System.Runtime.Versioning;

// It reads /proc.
[assembly: SupportedOSPlatform("linux")]
